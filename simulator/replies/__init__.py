"""What the API answers: messages by the task that is asked, scripts, pages of lists."""
