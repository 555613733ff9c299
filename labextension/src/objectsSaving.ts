/** Where an object is saved to, and in which forms it can be. */
import { fileName } from './objects';
import type { ObjectInfo, SaveObject } from './protocol';

export type Form = SaveObject['form'];

const ENDINGS: Record<Form, string> = { hdf5: '.h5', tiff: '', text: '.txt' };
const ENDING = /\.(h5|hdf5|nxs|txt|csv|dat|json|tiff?)$/i;

/** Forms that suit an object, the best first. */
export function formsOf(object: ObjectInfo): [Form, ...Form[]] {
  if (object.kind === 'text' || object.kind === 'table' || object.kind === 'record') {
    return ['text'];
  }
  const axes = object.shape.length;
  return [
    'hdf5',
    ...(axes === 2 || axes === 3 ? ['tiff' as const] : []),
    ...(axes < 3 ? ['text' as const] : [])
  ];
}

/** A path for an object, in a folder. */
export function pathFor(name: string, form: Form, folder: string): string {
  return `${folder ? `${folder}/` : ''}${fileName(name)}${ENDINGS[form]}`;
}

/** The same path for another form. */
export function ofForm(path: string, form: Form): string {
  return path.replace(ENDING, '') + ENDINGS[form];
}
