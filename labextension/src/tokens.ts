/** What the plugins of this extension offer each other. */
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Connection } from './connection';
import type { Seen } from './imageSaved';

/** The kernel that the sidebars show: that of the notebook or console last in use. */
export interface IConnections {
  readonly current: Connection | null;
  /** Name of the notebook or console it belongs to. */
  readonly title: string;
  readonly changed: ISignal<IConnections, Connection | null>;
  readonly trans: TranslationBundle;
}

export const IConnections = new Token<IConnections>(
  'daisy-lab:IConnections',
  'The kernel that the Daisy Lab sidebars show'
);

/** Opens views of objects in the main area. */
export interface IViews {
  /** Show an object; a view of it that is open comes to the front. */
  open(name: string, version?: number): void;
  /** Show two objects, or two versions of one, linked in position, zoom and levels. */
  compare(first: Seen, second: Seen): void;
}

export const IViews = new Token<IViews>('daisy-lab:IViews', 'Views of data objects');

/** Puts text where the user is writing. */
export interface IWriting {
  /** Insert text into the active cell, or the console's prompt: at the cursor, or `whole` on lines of its own. */
  insert(text: string, whole?: boolean): void;
  /** Open text as a new file beside the notebook. */
  file(name: string, text: string): Promise<void>;
}

export const IWriting = new Token<IWriting>('daisy-lab:IWriting', 'Insert code into the active cell');
