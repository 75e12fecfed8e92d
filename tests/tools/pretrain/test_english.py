"""Documents become a stream, batches, losses and tokens; on a small collection that is made here."""

import numpy as np
import pytest
import torch

from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder
from tools.pretrain import english
from tools.pretrain.texts import Document, split_documents

WORDS = "the whale president sea union of and congress a white ship people".split()


def documents(count: int, seed: int = 0) -> list[Document]:
    rng = np.random.default_rng(seed)
    return [
        Document(("addresses", "Moby-Dick")[n % 2], str(n), " ".join(rng.choice(WORDS, 40)) + ".")
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def tokenizer():
    return english.tokenizer_of(documents(20), 300)


def test_the_tokenizer_gives_back_any_text(tokenizer):
    for text in ("The whale, 1851 -- naïve.", documents(1)[0].text):
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert tokenizer.convert_tokens_to_ids(["<pad>", "<end>"]) == [english.PAD, english.END]
    assert len(tokenizer(documents(1)[0].text)["input_ids"]) < 60  # it has learned the words


def test_an_end_stands_before_each_document_and_after_the_last(tokenizer):
    ids = english.stream(documents(3), tokenizer)
    assert (ids == english.END).sum() == 4
    assert ids[0] == ids[-1] == english.END


def test_each_token_is_read_at_most_once_an_epoch():
    tokens = torch.arange(1000)
    batches = english.Batches(tokens, rows=3, length=20)
    for epoch in (0, 1):
        seen = torch.cat(
            [batches(epoch * batches.count + step)[0].flatten() for step in range(batches.count)]
        )
        assert len(seen) == len(set(seen.tolist())) >= 900
    assert batches(0)[0].tolist() != batches(batches.count)[0].tolist()
    again = english.Batches(tokens, rows=3, length=20)
    assert again(batches.count + 2)[0].tolist() == batches(batches.count + 2)[0].tolist()


def test_the_loss_has_each_token_once_with_enough_before_it():
    model = Decoder(11, Shape(12, 2, 2, 24, positions=8)).eval()
    tokens = torch.randint(11, (30,), generator=torch.Generator().manual_seed(0))
    found = english.losses(model, tokens)
    assert found.shape == (29,)
    for place in (1, 5, 7, 8, 13, 29):  # the window that each is read in
        start = 0 if place < 8 else 4 * ((place - 8) // 4 + 1)
        seen = tokens[None, start:place]
        expected = -model.scores(model.states(seen))[0, -1].log_softmax(-1)[tokens[place]]
        torch.testing.assert_close(found[place - 1], expected.detach(), rtol=0, atol=1e-5)


def test_documents_are_split_by_source_and_share_no_long_sentence():
    many = documents(100)
    copied = [Document("addresses", f"copy {document.name}", document.text + " More.") for document in many]
    parts = split_documents([*many, *copied])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        texts = [{document.text.removesuffix(" More.") for document in parts[part]} for part in (one, other)]
        assert texts[0].isdisjoint(texts[1])
    assert {document.source for document in parts[2]} == {"addresses", "Moby-Dick"}
    assert sum(map(len, parts)) > 160
