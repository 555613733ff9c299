/** What keys do on a stage. */
import { type Point, type Size, oneToOne, panned, zoomedAt } from '../../imageGeometry';
import type { ImageModel } from '../../imageModel';

interface Key {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

const STEPS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -Infinity,
  End: Infinity
};

const MOVES: Record<string, Point> = {
  ArrowLeft: { x: 1, y: 0 },
  ArrowRight: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 }
};

const ZOOMS: Record<string, number> = { '+': 1.25, '=': 1.25, '-': 0.8, _: 0.8 };

/** Do what a key says; false when it says nothing here. */
export function pressed(event: Key, model: ImageModel, stage: Size): boolean {
  const { key } = event;
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return false;
  }
  const move = MOVES[key];
  if (event.shiftKey && move) {
    const by = { x: (move.x * stage.width) / 10, y: (move.y * stage.height) / 10 };
    model.set({ viewport: panned(model.viewport, model.plane, by) });
    return true;
  }
  const zoom = ZOOMS[key];
  if (zoom) {
    const middle = { x: stage.width / 2, y: stage.height / 2 };
    model.set({ viewport: zoomedAt(model.viewport, model.plane, stage, middle, zoom) });
    return true;
  }
  return drawn(key, model) || shown(key, model) || stepped(key, model);
}

/** What is being drawn ends with Enter, and is given up with Escape. */
function drawn(key: string, { marks }: ImageModel): boolean {
  if (marks.tool === 'move' || (key !== 'Enter' && key !== 'Escape')) {
    return false;
  }
  if (key === 'Escape' && marks.isOpen && marks.area) {
    marks.remove(marks.area);
  }
  marks.finish();
  return true;
}

function shown(key: string, model: ImageModel): boolean {
  if (key === '0') {
    model.set({ viewport: null });
  } else if (key === '1') {
    model.set({ viewport: oneToOne(model.viewport, window.devicePixelRatio || 1) });
  }
  return key === '0' || key === '1';
}

/** Go along the axis of the last slider that was moved. */
function stepped(key: string, model: ImageModel): boolean {
  const [step, axis] = [STEPS[key], model.lead];
  if (step === undefined || !axis) {
    return false;
  }
  const far = model.length(axis);
  model.go(axis, (model.look.index[axis] ?? 0) + Math.min(Math.max(step, -far), far));
  return true;
}
