"""Files as spreadsheets, school systems and scripts write them, for whichever part reads them."""
