"""Finance and business."""
