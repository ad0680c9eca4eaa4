"""What the losses of a run tell."""

from train.progress import Progress


def test_overfitting_is_noticed() -> None:
    progress = Progress(val_losses=[(10, 1.7), (20, 1.5), (30, 1.6)])
    assert progress.best() == (20, 1.5)
    assert progress.is_overfitting()
    progress.val_losses.append((40, 1.5))
    assert not progress.is_overfitting()
    assert not Progress().is_overfitting()
