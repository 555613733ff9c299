/** What the kernel may set and read of a picture: position, window, colours, region, marks. */
import { isColourName } from '../imageColours';
import { type Mark, isSeen } from '../imageMarks';
import type { ImageModel, Look } from '../imageModel';
import type { SharedModel } from './host';

/** Least time between two reports, milliseconds. */
const PACE = 120;

/** Give the look that the kernel asks for. */
export function askedLook(shared: SharedModel): Partial<Look> {
  const look: Partial<Look> = {};
  const [index, window, colours] = ['index', 'window', 'colours'].map(name => shared.get(name));
  if (isIndex(index) && Object.keys(index).length) {
    look.index = index;
  }
  if (isPair(window)) {
    look.window = { low: window[0], high: window[1] };
  }
  if (isColourName(colours)) {
    look.colours = colours;
  }
  return look;
}

/** Keep a picture and the kernel's traits the same, positions along all axes with `whole`; what is returned ends that. */
export function share(shared: SharedModel, model: ImageModel, whole = false): () => void {
  let taking = false;
  const take = (): void => {
    taking = true;
    const look = askedLook(shared);
    model.set({ ...look, index: { ...model.look.index, ...look.index } });
    takeMark(shared.get('roi'), model, 'area');
    takeMark(shared.get('profile'), model, 'line');
    taking = false;
  };
  const report = paced(() => {
    const { look, marks } = model;
    const { low, high } = look.window;
    const axes = whole ? model.info.axes : model.leading;
    shared.set('index', Object.fromEntries(axes.map(axis => [axis, look.index[axis] ?? 0])));
    shared.set('window', [low, high]);
    shared.set('colours', look.colours);
    shared.set('region', model.asking.region ?? null);
    shared.set(
      'roi',
      marks.area && isSeen(marks.area) && !marks.isOpen ? { ...marks.area, ...marks.statistics } : null
    );
    shared.set('profile', marks.line && isSeen(marks.line) ? marks.line : null);
    shared.save_changes();
  });
  const changed = (): void => {
    if (!taking) {
      report.soon();
    }
  };
  const names = ['index', 'window', 'colours', 'roi', 'profile'].map(name => `change:${name}`);
  // What this page reports itself comes back as a change, too: then there is nothing to take.
  const asked = (): void => {
    if (!report.isReporting) {
      take();
    }
  };
  names.forEach(name => shared.on(name, asked));
  model.changed.connect(changed);
  model.marks.changed.connect(changed);
  takeMark(shared.get('roi'), model, 'area');
  takeMark(shared.get('profile'), model, 'line');
  return () => {
    report.stop();
    names.forEach(name => shared.off(name, asked));
    model.changed.disconnect(changed);
    model.marks.changed.disconnect(changed);
  };
}

/** Draw what the kernel asks for, unless it is there. */
function takeMark(data: unknown, model: ImageModel, which: 'line' | 'area'): void {
  const mark = markOf(data);
  const there = model.marks[which];
  if (mark && JSON.stringify(mark) !== JSON.stringify(there)) {
    model.marks.put(mark);
  } else if (data === null && there && !model.marks.isOpen) {
    model.marks.remove(there);
  }
}

function markOf(data: unknown): Mark | null {
  if (typeof data !== 'object' || data === null || !('kind' in data) || !('points' in data)) {
    return null;
  }
  const { kind, points } = data;
  const known = kind === 'line' || kind === 'rectangle' || kind === 'polygon' || kind === 'circle';
  return known && Array.isArray(points) && points.every(isPair) ? { kind, points: points } : null;
}

/** Call something at most so often, and once more at the end. */
function paced(call: () => void): { soon: () => void; stop: () => void; readonly isReporting: boolean } {
  let timer = 0;
  let reporting = false;
  return {
    soon: () => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        reporting = true;
        call();
        reporting = false;
      }, PACE);
    },
    stop: () => window.clearTimeout(timer),
    get isReporting() {
      return reporting;
    }
  };
}

function isIndex(data: unknown): data is Record<string, number> {
  return (
    typeof data === 'object' && data !== null && Object.values(data).every(place => typeof place === 'number')
  );
}

function isPair(data: unknown): data is [number, number] {
  return Array.isArray(data) && data.length === 2 && data.every(value => typeof value === 'number');
}
