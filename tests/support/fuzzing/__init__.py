"""Bad input for every command, made by mutation of good input, and a process to run the commands in."""
