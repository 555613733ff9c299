/** Two views that look at the same place: what one is told, the other does. */
import type { ImageChange, ImageModel, Look } from './imageModel';

/** Link two models, as far as their axes are the same; what is returned ends that. */
export function link(first: ImageModel, second: ImageModel): () => void {
  let following = false;
  const follow = (model: ImageModel, change: ImageChange) => {
    if (change !== 'look' || following) {
      return;
    }
    following = true;
    const other = model === first ? second : first;
    const wanted = shared(model.look, other);
    if (differs(wanted, other.look)) {
      other.set(wanted);
    }
    following = false;
  };
  first.changed.connect(follow);
  second.changed.connect(follow);
  return () => {
    first.changed.disconnect(follow);
    second.changed.disconnect(follow);
  };
}

/** Give what another model can follow of a look. */
export function shared(look: Look, other: ImageModel): Partial<Look> {
  const axes = other.info.axes;
  if (!look.shown.every(axis => axes.includes(axis))) {
    return { window: look.window, colours: look.colours };
  }
  const index = { ...other.look.index };
  for (const axis of axes) {
    const place = look.index[axis];
    if (place !== undefined) {
      index[axis] = Math.min(place, other.length(axis) - 1);
    }
  }
  return { ...look, index };
}

function differs(wanted: Partial<Look>, look: Look): boolean {
  return JSON.stringify({ ...look, ...wanted }) !== JSON.stringify(look);
}
