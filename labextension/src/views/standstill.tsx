/** What a panel says while there is no kernel to show: what is missing, and what to do. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Connection, Standing } from '../connection';

interface Props {
  connection: Connection | null;
  trans: TranslationBundle;
}

const MENDED_BY_HAND: readonly Standing[] = ['missing', 'lost', 'outdated'];

/** Instead of the panel. */
export function Standstill({ connection, trans }: Props): JSX.Element {
  const [title, text] = words(connection?.standing, trans);
  return (
    <div className="jp-DaisyStandstill" role="status">
      <div className="jp-DaisyStandstill-title">{title}</div>
      <p>{text}</p>
      {connection?.standing === 'missing' && connection.reason && (
        <p className="jp-DaisyStandstill-reason">{connection.reason}</p>
      )}
      <Again connection={connection} trans={trans} />
    </div>
  );
}

/** At the foot of a panel that still shows what was there last. */
export function Aside({
  connection,
  trans
}: {
  connection: Connection;
  trans: TranslationBundle;
}): JSX.Element {
  const [title] = words(connection.standing, trans);
  return (
    <div className="jp-DaisyAside" role="status">
      <span>{trans.__('%1. This is what the kernel held last.', title)}</span>
      <Again connection={connection} trans={trans} />
    </div>
  );
}

function Again({ connection, trans }: Props): JSX.Element | null {
  return connection && MENDED_BY_HAND.includes(connection.standing) ? (
    <button type="button" className="jp-DaisyButton" onClick={() => void connection.open()}>
      {trans.__('Try again')}
    </button>
  ) : null;
}

function words(standing: Standing | undefined, trans: TranslationBundle): [string, string] {
  switch (standing) {
    case undefined:
      return [
        trans.__('No kernel'),
        trans.__(
          'Open a notebook or a console, or choose a kernel for the one in front: what it holds and can do appears here.'
        )
      ];
    case 'missing':
      return [
        trans.__('This kernel has no Daisy Lab'),
        trans.__(
          'Install it where the kernel runs, as with “%pip install daisy-lab” in a cell, and try again; or choose another kernel.'
        )
      ];
    case 'busy':
      return [
        trans.__('The kernel is busy'),
        trans.__(
          'This kernel answers only between two cells: its data appear as soon as the running cell has ended.'
        )
      ];
    case 'outdated':
      return [
        trans.__('Two versions of Daisy Lab'),
        trans.__(
          'Kernel and browser speak different versions. Install the same one in both, and reload the page.'
        )
      ];
    case 'lost':
      return [
        trans.__('Connection lost'),
        trans.__('It comes back by itself as soon as the server answers.')
      ];
    case 'dead':
      return [
        trans.__('The kernel died'),
        trans.__('Restart it from the Kernel menu. What a named session held is still on disk.')
      ];
    default:
      return [trans.__('Connecting'), trans.__('Asking the kernel what it holds.')];
  }
}
