/** One small picture per kind of object, by the number of its axes. */
import { LabIcon } from '@jupyterlab/ui-components';

import type { ObjectInfo } from '../../protocol';

function drawn(name: string, inside: string): LabIcon {
  return new LabIcon({
    name: `daisy-lab:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><g class="jp-icon3 jp-DaisyKind" fill="none" stroke="#616161" stroke-width="1.2" stroke-linejoin="round" stroke-linecap="round">${inside}</g></svg>`
  });
}

const ICONS = {
  number: drawn('kind-number', '<circle cx="8" cy="8" r="5.4"/><path d="M6.6 6.4 8.4 5.2v5.6"/>'),
  curve: drawn('kind-curve', '<path d="M2.5 2.5v11h11"/><path d="M4.5 11c2-1 2-6 4-6s2 3.500 4.500 2"/>'),
  image: drawn(
    'kind-image',
    '<rect x="2.500" y="3" width="11" height="10" rx="1"/><path d="m3 12 3.500-4 2.500 2.500 1.500-1.500 2.500 3"/>'
  ),
  stack: drawn(
    'kind-stack',
    '<rect x="2.500" y="6" width="8" height="7.500" rx="1"/><path d="M4.500 6V4h8v7.500h-2M6.500 4V2.200h7v7.300h-1"/>'
  ),
  text: drawn('kind-text', '<path d="M3 4.500h10M3 8h10M3 11.500h6"/>'),
  table: drawn(
    'kind-table',
    '<rect x="2.500" y="3" width="11" height="10" rx="1"/><path d="M2.500 6.300h11M2.500 9.600h11M7 3v10"/>'
  ),
  record: drawn(
    'kind-record',
    '<path d="M6 2.500c-2 0-1.500 2-1.500 3.200S4 8 2.800 8c1.200 0 1.700 1 1.700 2.300S4 13.500 6 13.500M10 2.500c2 0 1.500 2 1.500 3.200S12 8 13.200 8c-1.200 0-1.700 1-1.700 2.300s.5 3.200-1.500 3.200"/>'
  ),
  folder: drawn('kind-folder', '<path d="M2.500 12.500v-9h4l1.500 2h5.500v7z"/>')
};

/** The picture of an object; of a branch that only groups when there is none. */
export function iconOf(object: ObjectInfo | null): LabIcon {
  if (!object) {
    return ICONS.folder;
  }
  switch (object.kind) {
    case 'scalar':
      return ICONS.number;
    case 'text':
    case 'table':
    case 'record':
      return ICONS[object.kind];
    default:
      return object.shape.length > 2 ? ICONS.stack : object.shape.length === 2 ? ICONS.image : ICONS.curve;
  }
}
