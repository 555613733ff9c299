/** One dataset of the loading dialog: whether it is taken, and its name in the store. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { shapeText, shortType } from '../../objects';
import { canBeTaken, type Fault, type Pick } from '../../objectsFiles';

interface RowProps {
  pick: Pick;
  fault: Fault | undefined;
  /** Version of what has this name already. */
  version: number | undefined;
  change: (pick: Pick) => void;
  trans: TranslationBundle;
}

export function PickRow({ pick, fault, version, change, trans }: RowProps): JSX.Element {
  const { dataset, taken, name } = pick;
  const able = canBeTaken(dataset);
  const called = dataset.dataset || trans.__('the whole file');
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          checked={taken}
          disabled={!able}
          aria-label={trans.__('Take %1', called)}
          onChange={event => change({ ...pick, taken: event.target.checked })}
        />
      </td>
      <td className="jp-DaisyLoad-dataset" title={[called, dataset.note].filter(Boolean).join('\n')}>
        {called}
        {!able && <span className="jp-DaisyLoad-note">{dataset.note}</span>}
      </td>
      <td className="jp-DaisyNumber">{shapeText(dataset.shape) || (able ? '1' : '')}</td>
      <td className="jp-DaisyNumber">{shortType(dataset.dtype)}</td>
      <td>
        <input
          type="text"
          className={`jp-DaisyField ${fault ? 'jp-mod-error' : ''}`}
          spellCheck={false}
          disabled={!taken}
          value={name}
          aria-label={trans.__('Name of %1 in the store', called)}
          aria-invalid={fault !== undefined}
          onChange={event => change({ ...pick, name: event.target.value })}
        />
        {taken && (
          <span className="jp-DaisyLoad-note" role={fault ? 'alert' : undefined}>
            {fault ? faultWords(fault, trans) : version ? trans.__('becomes version %1', version + 1) : ''}
          </span>
        )}
      </td>
    </tr>
  );
}

function faultWords(fault: Fault, trans: TranslationBundle): string {
  const words: Record<Fault, string> = {
    empty: trans.__('Give it a name.'),
    name: trans.__("Use letters, digits, '_', '-' and '.', parts separated by single '/'."),
    twice: trans.__('Another line has this name.')
  };
  return words[fault];
}
