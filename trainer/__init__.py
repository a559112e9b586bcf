"""Training: data sets as columns, end-to-end training, evaluation, and the dependencies that a schedule is read off."""
