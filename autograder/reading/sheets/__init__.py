"""Answer sheets: printed with a code that says whose page it is, and known again on a scan."""
