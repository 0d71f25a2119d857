"""Pictures as the tower gets them, many at once: what LlavaNextImageProcessor does to pictures of the sizes that the suite has.

All of them fit a tile pattern without being resized; only the first view, the whole picture in one tile, is made smaller.
"""

import torch
from transformers.image_processing_utils import select_best_resolution

from make_llava import PROCESSOR
from pictures.canvas import PALETTE


def bicubic(source, target):
    """PIL's bicubic resizing along one side as a matrix [target, source]."""
    scale = source / target
    stretch, matrix = max(scale, 1.0), torch.zeros(target, source)

    def kernel(x):
        x = abs(x)
        if x < 1:
            return (1.5 * x - 2.5) * x * x + 1
        return ((-0.5 * x + 2.5) * x - 4) * x + 2 if x < 2 else 0.0

    for row in range(target):
        centre = (row + 0.5) * scale
        start, end = max(0, int(centre - 2 * stretch + 0.5)), min(source, int(centre + 2 * stretch + 0.5))
        weights = torch.tensor([kernel((x - centre + 0.5) / stretch) for x in range(start, end)])
        matrix[row, start:end] = weights / weights.sum()
    return matrix


class Layout:
    """How a picture of one size is cut and in which order its features stand in the decoder's input."""

    def __init__(self, model, size, tile, patch, pinpoints):
        self.height, self.width = size
        self.tile = tile
        self.rows, self.columns = (side // tile for side in select_best_resolution(size, pinpoints))
        top, left = (self.rows * tile - self.height) // 2, (self.columns * tile - self.width) // 2
        self.padding = (left, self.columns * tile - self.width - left, top, self.rows * tile - self.height - top)
        # The model's own packing, given each feature's number instead of the feature; one number more stands for the new line.
        count = (1 + self.rows * self.columns) * (tile // patch) ** 2
        numbers = torch.arange(count, dtype=torch.float32).view(1 + self.rows * self.columns, -1, 1)
        packed, _ = model.pack_image_features([numbers], torch.tensor([size]), "default", torch.tensor([float(count)]))
        self.order = packed[0].flatten().long()
        self.tokens = len(self.order)
        self.down, self.across = bicubic(self.height, tile), bicubic(self.width, tile)
        self.palette = torch.tensor(list(PALETTE.values()), dtype=torch.float32)
        self.mean, self.std = torch.tensor(PROCESSOR["image_mean"]), torch.tensor(PROCESSOR["image_std"])

    def to(self, device):
        for name, value in vars(self).items():
            if isinstance(value, torch.Tensor):
                setattr(self, name, value.to(device))
        return self


def tiles(indexes, layout):
    """[pictures, height * width] palette indexes -> [pictures, tiles, 3, tile, tile], the whole picture's view first."""
    count, side = len(indexes), layout.tile
    colours = layout.palette[indexes.long()].view(count, layout.height, layout.width, 3).permute(0, 3, 1, 2)
    # Across first, then down, whole grey levels between: PIL's order.
    narrow = (colours @ layout.across.T).round().clamp(0, 255)
    whole = (layout.down @ narrow).round().clamp(0, 255)
    padded = torch.nn.functional.pad(colours, layout.padding)
    cut = padded.view(count, 3, layout.rows, side, layout.columns, side).permute(0, 2, 4, 1, 3, 5).flatten(1, 2)
    views = torch.cat([whole[:, None], cut], dim=1)
    return (views / 255 - layout.mean[:, None, None]) / layout.std[:, None, None]
