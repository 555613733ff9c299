/** What an object is, in words. */
import type { TranslationBundle } from '@jupyterlab/translation';

import { algorithmTitle, bytesText, shapeText } from '../../objects';
import type { Row } from '../../objectsTree';
import type { ObjectInfo } from '../../protocol';

/** Kind of an object for a reader. */
export function kindText(object: ObjectInfo, trans: TranslationBundle): string {
  const kinds: Record<ObjectInfo['kind'], string> = {
    array: trans.__('array'),
    scalar: trans.__('number'),
    text: trans.__('text'),
    table: trans.__('table'),
    record: trans.__('record'),
    dataset: trans.__('array still in its file')
  };
  return kinds[object.kind];
}

/** Who made an object, in one or two words. */
export function makerText(object: ObjectInfo, trans: TranslationBundle): string {
  if (object.made_by) {
    return algorithmTitle(object.made_by);
  }
  return object.kind === 'dataset' ? trans.__('file') : trans.__('by hand');
}

/** All that a row stands for, as its tooltip. */
export function tooltip(row: Row, trans: TranslationBundle): string {
  const { object, bytes } = row;
  if (!object) {
    return trans._n('%2: 1 object, %3', '%2: %1 objects, %3', row.count, row.key, bytesText(bytes));
  }
  const facts = [
    kindText(object, trans),
    object.value || shapeText(object.shape),
    object.dtype,
    object.unit,
    bytesText(object.nbytes),
    object.device,
    trans.__('version %1', object.version),
    trans.__('made by: %1', makerText(object, trans))
  ];
  return [object.name, facts.filter(Boolean).join(' · ')].join('\n');
}
