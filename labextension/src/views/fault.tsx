/** What went wrong, in a sentence; where in the program it happened is one click away. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ErrorInfo } from '../protocol';
import { LostError, RemoteError } from '../rpc';

/** A mistake as it is told. */
export type Fault = Pick<ErrorInfo, 'message' | 'traceback'>;

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
