/** What one does with a form: run it, look at a block of it, write it down. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FormModel } from '../../formsModel';
import type { IWriting } from '../../tokens';

interface Props {
  model: FormModel;
  writing: IWriting | null;
  trans: TranslationBundle;
}

export function Actions({ model, writing, trans }: Props): JSX.Element {
  const { reason, preview, form } = model;
  const why = reason ? { title: reason, 'aria-describedby': REASON } : {};
  return (
    <div className="jp-DaisyActions">
      <div className="jp-DaisyActions-row">
        <button
          type="button"
          className="jp-DaisyButton jp-mod-accept"
          aria-disabled={reason !== ''}
          title={trans.__('Run (Ctrl+Enter)')}
          {...why}
          onClick={() => !reason && void model.start()}
        >
          {trans.__('Run')}
        </button>
        {form?.previews && (
          <button
            type="button"
            className="jp-DaisyButton"
            aria-pressed={preview.on}
            title={trans.__('Compute one block, and show it below; it follows what you change')}
            onClick={() => preview.toggle()}
          >
            {trans.__('Preview')}
          </button>
        )}
      </div>
      <div className="jp-DaisyActions-row">
        {writing && (
          <button
            type="button"
            className="jp-DaisyButton jp-mod-side"
            aria-disabled={reason !== ''}
            title={trans.__('Insert the line of Python that does this into the active cell')}
            {...why}
            onClick={() => !reason && void model.code(text => writing.insert(text, true))}
          >
            {trans.__('Insert code')}
          </button>
        )}
        <button
          type="button"
          className="jp-DaisyButton jp-mod-side"
          aria-disabled={reason !== ''}
          title={trans.__('Append this step to the workflow that is being put together')}
          {...why}
          onClick={() => !reason && void model.addStep()}
        >
          {trans.__('Add to workflow')}
        </button>
      </div>
      {reason && (
        <div id={REASON} className="jp-DaisyActions-reason">
          {reason}
        </div>
      )}
    </div>
  );
}

const REASON = 'daisy-algorithms-reason';
