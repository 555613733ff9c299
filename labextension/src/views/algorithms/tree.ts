/** Algorithms as a tree: technique, group, algorithm; and what of it is seen. */
import type { Trans } from '../../forms';
import type { AlgorithmInfo } from '../../protocol';

/** One line of the tree. */
export interface Row {
  /** What tells it from all others: path of a branch, id of an algorithm. */
  key: string;
  title: string;
  level: number;
  /** Algorithms below a branch. */
  count: number;
  /** Whether its children are seen; null for an algorithm. */
  open: boolean | null;
  /** Key of the branch above; empty at the top. */
  parent: string;
  algorithm: AlgorithmInfo | null;
}

/** Groups in the order in which data go through them. */
const ORDER = ['correction', 'stripes', 'phase', 'geometry', 'axis', 'fbp', 'iterative', 'volume'];

/** Whether what lies below a branch is seen. */
export type IsOpen = (key: string, level: number) => boolean;

/** Give the lines that are seen. */
export function rowsOf(algorithms: readonly AlgorithmInfo[], isOpen: IsOpen, trans: Trans): Row[] {
  return [...gathered(algorithms, info => info.technique)]
    .sort(([one], [other]) => (one === '' ? 1 : other === '' ? -1 : one.localeCompare(other)))
    .flatMap(([technique, members]) => {
      const key = `/${technique}`;
      const row = branch(key, techniqueTitle(technique, trans), 1, '', members, isOpen);
      return row.open ? [row, ...groupRows(key, members, isOpen, trans)] : [row];
    });
}

function groupRows(above: string, members: AlgorithmInfo[], isOpen: IsOpen, trans: Trans): Row[] {
  const groups = gathered(members, info => info.group);
  const alone = groups.get('') ?? [];
  groups.delete('');
  const rows = [...groups]
    .sort(([one], [other]) => byOrder(one, other))
    .flatMap(([group, inside]) => {
      const key = `${above}/${group}`;
      const row = branch(key, groupTitle(group, trans), 2, above, inside, isOpen);
      return row.open ? [row, ...inside.map(info => leaf(info, 3, key))] : [row];
    });
  return [...rows, ...alone.map(info => leaf(info, 2, above))];
}

/** Give a technique's name for a reader. */
export function techniqueTitle(technique: string, trans: Trans): string {
  const known: Record<string, string> = {
    ct: trans.__('Tomography'),
    azint: trans.__('Azimuthal integration'),
    pdf: trans.__('Pair distribution function'),
    '': trans.__('Defined in this session')
  };
  return known[technique] ?? capitalised(technique);
}

/** Give a group's name for a reader. */
export function groupTitle(group: string, trans: Trans): string {
  const known: Record<string, string> = {
    correction: trans.__('Correction'),
    stripes: trans.__('Stripes and rings'),
    phase: trans.__('Phase'),
    geometry: trans.__('Geometry'),
    axis: trans.__('Rotation axis'),
    fbp: trans.__('Filtered back-projection'),
    iterative: trans.__('Iterative reconstruction'),
    volume: trans.__('Volume')
  };
  return known[group] ?? capitalised(group);
}

/** Give the branches that an algorithm lies in. */
export function branchesOf(info: Pick<AlgorithmInfo, 'technique' | 'group'>): string[] {
  return info.group ? [`/${info.technique}`, `/${info.technique}/${info.group}`] : [`/${info.technique}`];
}

function byOrder(one: string, other: string): number {
  const place = (group: string) => (ORDER.includes(group) ? ORDER.indexOf(group) : ORDER.length);
  return place(one) - place(other) || one.localeCompare(other);
}

function gathered(
  list: readonly AlgorithmInfo[],
  by: (info: AlgorithmInfo) => string
): Map<string, AlgorithmInfo[]> {
  const found = new Map<string, AlgorithmInfo[]>();
  for (const info of [...list].sort((one, other) => one.title.localeCompare(other.title))) {
    found.set(by(info), [...(found.get(by(info)) ?? []), info]);
  }
  return found;
}

function branch(
  key: string,
  title: string,
  level: number,
  parent: string,
  members: AlgorithmInfo[],
  isOpen: IsOpen
): Row {
  return { key, title, level, count: members.length, open: isOpen(key, level), parent, algorithm: null };
}

function leaf(info: AlgorithmInfo, level: number, parent: string): Row {
  return { key: info.id, title: info.title, level, count: 0, open: null, parent, algorithm: info };
}

function capitalised(name: string): string {
  const words = name.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
