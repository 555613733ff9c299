/** Faults that nothing on the screen is about: told in a corner of JupyterLab's window. */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type Fault, faultOf, FaultView } from './fault';

/** Longest text that a notification shows whole. */
const SHOWN = 140;

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
