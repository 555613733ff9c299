/** The buttons of one run. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RunInfo } from '../../protocol';
import type { RunActions } from './actions';
import { isActive } from './list';

interface Props {
  run: RunInfo;
  actions: RunActions;
  trans: TranslationBundle;
  /** In a row they are for the mouse; the keyboard has the same ones beside the log. */
  inRow?: boolean;
  onBegan: (id: string) => void;
}

export function RunButtons({ run, actions, trans, inRow = false, onBegan }: Props): JSX.Element {
  const buttons: [string, string, () => void][] = [];
  if (isActive(run)) {
    buttons.push([trans.__('Cancel'), trans.__('Stop this run.'), () => actions.cancel(run)]);
  } else if (run.call) {
    const { call } = run;
    buttons.push([trans.__('Again'), trans.__('Run it again as it was.'), () => actions.again(run, onBegan)]);
    buttons.push([
      trans.__('Change…'),
      trans.__('Open its form, filled in, to run it again with changes.'),
      () => actions.page.change(call)
    ]);
  }
  if (run.call && actions.page.insert) {
    buttons.push([
      trans.__('As Python'),
      trans.__('Insert this call into the notebook as a line of Python.'),
      () => actions.insertRun(run)
    ]);
  }
  return (
    <span className="jp-DaisyRunButtons">
      {buttons.map(([label, title, act]) => (
        <button
          key={label}
          type="button"
          className={inRow ? 'jp-DaisyLink' : 'jp-DaisyButton'}
          title={title}
          tabIndex={inRow ? -1 : 0}
          onClick={event => {
            event.stopPropagation();
            act();
          }}
        >
          {label}
        </button>
      ))}
    </span>
  );
}
