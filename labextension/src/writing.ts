/** Puts text where the user is writing: into the notebook or console that was used last, or into a new file. */
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IWriting } from './tokens';
import type { Place } from './writingPlaces';
import { freeName, importFor, placed } from './writingText';

/** What it writes files with. */
export interface WritingTools {
  contents: Pick<Contents.IManager, 'get' | 'save'>;
  /** Show a file. */
  open: (path: string) => Promise<unknown>;
  trans: TranslationBundle;
}

export class Writing implements IWriting {
  constructor(private readonly tools: WritingTools) {}

  /** Write there from now on. */
  use(place: Place): void {
    this.last = place;
  }

  insert(text: string, whole = false): void {
    const place = this.last?.isOpen ? this.last : null;
    const document = place?.text ?? '';
    const editor = place?.editor();
    if (!editor) {
      this.refuse();
      return;
    }
    const shared = editor.model.sharedModel;
    const cursor = editor.getOffsetAt(editor.getCursorPosition());
    const put = placed(shared.getSource(), cursor, text, whole);
    const brought = importFor(text, document);
    shared.transact(() => {
      shared.updateSource(put.at, put.at, put.text);
      shared.updateSource(0, 0, brought);
    });
    const position = editor.getPositionAt(put.cursor + brought.length);
    if (position) {
      editor.setCursorPosition(position);
    }
    editor.focus();
  }

  async file(name: string, text: string): Promise<void> {
    const { contents, open } = this.tools;
    const folder = this.last?.isOpen ? PathExt.dirname(this.last.path) : '';
    const listed: unknown = (await contents.get(folder)).content;
    const taken = new Set((Array.isArray(listed) ? listed : []).map((item: Contents.IModel) => item.name));
    const path = PathExt.join(
      folder,
      freeName(name, other => taken.has(other))
    );
    await contents.save(path, { type: 'file', format: 'text', content: text });
    await open(path);
  }

  private refuse(): void {
    const { trans } = this.tools;
    Notification.warning(trans.__('There is nothing to write into: open a notebook or a console first.'), {
      autoClose: 5000
    });
  }

  private last: Place | null = null;
}
