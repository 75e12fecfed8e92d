"""What is no batch of pictures is refused in one line; the head that gives pictures their class."""

import pytest
import torch
from torch.nn import functional as F

from everyvec.multimodal.cnn import CNN, SMALL
from everyvec.multimodal.pictures import Classifier, check_pictures


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        (torch.zeros(3, 24, 20), r"batch \(B, C, height, width\), at least one, not \(3, 24, 20\)"),
        (torch.zeros(0, 3, 24, 20), "at least one"),
        (torch.zeros(2, 3, 24, 20, dtype=torch.uint8), "real numbers, not torch.uint8: divide bytes by 255"),
        (torch.zeros(2, 4, 24, 20), r"4 \(RGBA\) channels, and the model reads 3 \(RGB\)"),
        (torch.zeros(2, 24, 20, 3), r"24 \(no mode\) channels"),
        (torch.zeros(2, 3, 20, 24), "20 × 24 pixels, and the model reads 24 × 20"),
        (torch.zeros(2, 3, 24, 24), "24 × 24 pixels, and the model reads 24 × 20"),
    ],
)
def test_what_is_no_picture_of_the_model_is_refused(pictures, message):
    with pytest.raises(ValueError, match=message) as error:
        check_pictures(pictures, 3, (24, 20))
    assert "\n" not in str(error.value)


def test_any_size_is_read_where_none_is_asked_for():
    check_pictures(torch.zeros(2, 3, 20, 24), 3)


def test_a_classifiers_scores_are_a_linear_layer_of_the_encoders_vectors():
    pictures, labels = torch.rand(5, 1, 9, 7), torch.tensor([0, 3, 1, 1, 2])
    model = Classifier(CNN(SMALL, channels=1), 4)
    scores = model.encoder(pictures) @ model.head.weight.T + model.head.bias
    torch.testing.assert_close(model.scores(pictures), scores)
    wanted = -F.log_softmax(scores, dim=1)[torch.arange(5), labels].mean()
    torch.testing.assert_close(model(pictures, labels), wanted)
