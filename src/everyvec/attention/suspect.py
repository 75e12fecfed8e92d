"""The suspect of the lesson *An RNN with attention*. It trains without an error, and its loss falls.

The lesson shows its map and asks what is wrong with it. Look at the map first: the answer is below.
"""

from torch import Tensor

from everyvec.attention.seq2seq import Seq2Seq, Store


class Suspect(Seq2Seq):
    """A `Seq2Seq` with a padding mask of the wrong polarity: True at the padding, False at the words."""

    def encode(self, source: Tensor) -> Store:
        """The store, with a mask that hides the words."""
        store = super().encode(source)
        return store._replace(mask=~store.mask)
