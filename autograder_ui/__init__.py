"""The teacher's window: Gradio only."""
