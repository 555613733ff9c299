/** Room for a picture in the main area. */
import { DockLayout, DockPanel, type Widget } from '@lumino/widgets';

/** Near enough to be at the same place, in pixels. */
const NEAR = 12;

/** Give a widget that was put right of all others half of the main area; it would have the smaller part. */
export function halve(widget: Widget): void {
  window.requestAnimationFrame(() => {
    const dock = widget.parent;
    if (!(dock instanceof DockPanel) || !(dock.layout instanceof DockLayout)) {
      return;
    }
    const [whole, own] = [dock.node.getBoundingClientRect(), widget.node.getBoundingClientRect()];
    for (const handle of dock.handles()) {
      const line = handle.getBoundingClientRect();
      if (Math.abs(line.right - own.left) < NEAR && Math.abs(line.height - whole.height) < NEAR) {
        dock.layout.moveHandle(handle, whole.width / 2, 0);
      }
    }
  });
}
