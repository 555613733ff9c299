/** What went wrong, in a sentence; where in the program it happened is one click away. */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ErrorInfo } from '../protocol';
import { LostError, RemoteError } from '../rpc';

/** A mistake as it is told. */
export type Fault = Pick<ErrorInfo, 'message' | 'traceback'>;

/** Longest text that a notification shows whole. */
const SHOWN = 140;

/** Words for whatever was thrown. */
export function faultOf(error: unknown, trans: TranslationBundle): Fault {
  if (error instanceof RemoteError) {
    return error.info;
  }
  if (error instanceof LostError) {
    return { message: trans.__('The kernel is not connected; try again once it is.'), traceback: '' };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message: trans.__('That did not work: %1.', message.replace(/\.$/, '')), traceback: '' };
}

/** Say an error as a sentence. */
export function faultText(error: unknown, trans: TranslationBundle): string {
  return faultOf(error, trans).message;
}

interface Props {
  fault: Fault;
  trans: TranslationBundle;
  /** Put it away; absent where it stays. */
  onClose?: () => void;
  /** Try once more; absent where that is done elsewhere. */
  onAgain?: (() => void) | undefined;
}

/** A mistake, told where it happened. */
export function FaultView({ fault, trans, onClose, onAgain }: Props): JSX.Element {
  return (
    <div className="jp-DaisyFault" role="alert">
      <p>{fault.message}</p>
      {onAgain && (
        <button type="button" className="jp-DaisyButton" onClick={onAgain}>
          {trans.__('Try again')}
        </button>
      )}
      {onClose && (
        <button
          type="button"
          className="jp-DaisyLink"
          aria-label={trans.__('Put this message away')}
          onClick={onClose}
        >
          ✕
        </button>
      )}
      {fault.traceback && (
        <details>
          <summary>{trans.__('Where it happened')}</summary>
          <pre tabIndex={0}>{fault.traceback}</pre>
        </details>
      )}
    </div>
  );
}

/** Tell an error in a corner of the window, where nothing on the screen is about it. */
export function tellFault(error: unknown, trans: TranslationBundle): void {
  const fault = faultOf(error, trans);
  const more = fault.traceback !== '' || fault.message.length > SHOWN;
  Notification.error(fault.message, {
    autoClose: false,
    actions: more ? [{ label: trans.__('Details'), callback: () => void showDetails(fault, trans) }] : []
  });
}

async function showDetails(fault: Fault, trans: TranslationBundle): Promise<void> {
  await showDialog({
    title: trans.__('What went wrong'),
    body: <FaultView fault={fault} trans={trans} />,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
