/** How two objects, or two versions of one, differ. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';

import type { DataActions, Which } from './actions';

/** Compare, say it in words, and offer to look at both. */
export async function showComparison(first: Which, second: Which, actions: DataActions): Promise<void> {
  const { trans } = actions;
  const found = await actions.ask('objects.compare', {
    first: first.name,
    second: second.name,
    first_version: first.version ?? null,
    second_version: second.version ?? null
  });
  const both = actions.means.views && !found.same;
  const answer = await showDialog({
    title: trans.__('Compare %1 with %2', calledOf(first), calledOf(second)),
    body: (
      <p className="jp-DaisyCompare" role="status">
        <span className="jp-DaisyCompare-sign" aria-hidden="true">
          {found.same ? '=' : '≠'}
        </span>
        {found.text}
      </p>
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Close') }),
      ...(both ? [Dialog.okButton({ label: trans.__('Look at both') })] : [])
    ]
  });
  if (answer.button.accept && actions.means.views) {
    actions.openBoth(first, second);
  }
}

function calledOf({ name, version }: Which): string {
  return version === undefined ? name : `${name} v${version}`;
}
