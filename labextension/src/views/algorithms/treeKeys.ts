/** What a key does in the tree. */
import type { Row } from './tree';

export type Deed =
  | { kind: 'move'; key: string }
  | { kind: 'turn'; key: string; open: boolean }
  | { kind: 'open'; id: string }
  | { kind: 'search'; text: string }
  | null;

const PAGE = 10;

/** Say what a key does while the line `at` has the focus; null for nothing of ours. */
export function deedOf(key: string, rows: readonly Row[], at: string): Deed {
  const place = Math.max(
    rows.findIndex(row => row.key === at),
    0
  );
  const row = rows[place];
  if (!row) {
    return null;
  }
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: PAGE,
    PageUp: -PAGE,
    Home: -rows.length,
    End: rows.length
  };
  const step = steps[key];
  if (step !== undefined) {
    return place + step < 0 && key === 'ArrowUp' ? BACK : move(rows, place + step);
  }
  switch (key) {
    case 'ArrowRight':
      return inwards(row, move(rows, place + 1));
    case 'ArrowLeft':
      return outwards(row);
    case 'Enter':
      return row.open === null
        ? { kind: 'open', id: row.key }
        : { kind: 'turn', key: row.key, open: !row.open };
    case 'Escape':
      return BACK;
    default:
      return Array.from(key).length === 1 && key !== ' ' ? { kind: 'search', text: key } : null;
  }
}

const BACK: Deed = { kind: 'search', text: '' };

/** Open a branch; go into one that is open. */
function inwards(row: Row, below: Deed): Deed {
  if (row.open === null) {
    return null;
  }
  return row.open ? below : { kind: 'turn', key: row.key, open: true };
}

/** Close a branch; go up from anything else. */
function outwards(row: Row): Deed {
  if (row.open) {
    return { kind: 'turn', key: row.key, open: false };
  }
  return row.parent ? { kind: 'move', key: row.parent } : null;
}

function move(rows: readonly Row[], place: number): Deed {
  const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
  return row ? { kind: 'move', key: row.key } : null;
}
