"""Data sets: folders of images and questions, features of images, and made data."""
