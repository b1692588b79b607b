"""LivePortrait (Guo et al. 2024): its networks with the user's weights, and how motion moves its keypoints."""
