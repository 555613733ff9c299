/** Which files hold data, and what of one is taken: the choices of the loading dialog, without the dialog. */
import { isName } from './objects';
import type { DatasetInfo, FileInfo, LoadFile } from './protocol';

const ENDINGS = /\.(h5|hdf5|hdf|nxs|nx|tiff?)$/i;

/** Whether a file may hold data, by its name. */
export function isDataFile(path: string): boolean {
  return ENDINGS.test(path);
}

/** Path below the served folder: without the name of a drive, as in `RTC:scan/tooth.h5`. */
export function serverPath(path: string): string {
  return path.replace(/^[A-Za-z][\w.-]*:/, '').replace(/^\/+/, '');
}

/** One line of the dialog. */
export interface Pick {
  dataset: DatasetInfo;
  taken: boolean;
  /** Name in the store. */
  name: string;
}

export type AngleUnit = NonNullable<LoadFile['angle_unit']>;

/** What the user has chosen so far. */
export interface Loading {
  path: string;
  picks: Pick[];
  group: string;
  angleUnit: AngleUnit;
}

/** Begin with what the file is for; what cannot be read cannot be taken. */
export function beginLoading(file: FileInfo): Loading {
  return {
    path: file.path,
    picks: file.datasets.map(dataset => ({
      dataset,
      taken: dataset.chosen && canBeTaken(dataset),
      name: asName(dataset.name) || stem(file.path)
    })),
    group: '',
    angleUnit: 'auto'
  };
}

export function canBeTaken(dataset: DatasetInfo): boolean {
  return dataset.dtype !== '';
}

/** Whether an angle goes along, so that its unit matters. */
export function hasAngle(loading: Loading): boolean {
  return loading.picks.some(pick => pick.taken && /(^|\/)(theta|rotation_angle)$/.test(pick.dataset.dataset));
}

/** Name that a line gets in the store, the group before it. */
export function wholeName(loading: Loading, pick: Pick): string {
  return loading.group ? `${loading.group}/${pick.name}` : pick.name;
}

export type Fault = 'empty' | 'name' | 'twice';

/** What is wrong with each line, by its number; nothing is when the map is empty. */
export function faultsOf(loading: Loading): Map<number, Fault> {
  const faults = new Map<number, Fault>();
  const seen = new Set<string>();
  loading.picks.forEach((pick, n) => {
    if (!pick.taken) {
      return;
    }
    const name = wholeName(loading, pick);
    if (!pick.name) {
      faults.set(n, 'empty');
    } else if (!isName(name)) {
      faults.set(n, 'name');
    } else if (seen.has(name)) {
      faults.set(n, 'twice');
    }
    seen.add(name);
  });
  return faults;
}

/** The request for what was chosen. */
export function requestOf(loading: Loading): LoadFile {
  const taken = loading.picks.filter(pick => pick.taken);
  return {
    path: loading.path,
    datasets: Object.fromEntries(taken.map(pick => [pick.name, pick.dataset.dataset])),
    angle_unit: loading.angleUnit,
    group: loading.group
  };
}

function stem(path: string): string {
  return asName(path.slice(path.lastIndexOf('/') + 1).replace(ENDINGS, '')) || 'data';
}

/** The nearest name to what a file calls something. */
function asName(text: string): string {
  const name = text.replace(/[^\p{L}\p{N}_./-]+/gu, '_').replace(/^\/+|\/+$/g, '');
  return isName(name) ? name : '';
}
