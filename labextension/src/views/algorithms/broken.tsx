/** Plug-ins that could not be loaded, and why. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { BrokenPluginInfo } from '../../protocol';

export function Broken({
  broken,
  trans
}: {
  broken: BrokenPluginInfo[];
  trans: TranslationBundle;
}): JSX.Element | null {
  if (broken.length === 0) {
    return null;
  }
  return (
    <details className="jp-DaisyBroken">
      <summary>
        {trans._n('%1 plug-in could not be loaded', '%1 plug-ins could not be loaded', broken.length)}
      </summary>
      <ul>
        {broken.map(plugin => (
          <li key={`${plugin.name} ${plugin.distribution}`}>
            <b>{plugin.name}</b> <span className="jp-DaisyBroken-from">{plugin.distribution}</span>
            <div>{plugin.reason}</div>
          </li>
        ))}
      </ul>
    </details>
  );
}
