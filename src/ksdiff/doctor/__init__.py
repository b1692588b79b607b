"""What works on this machine: packages by feature, drawing, encoders, speed."""
