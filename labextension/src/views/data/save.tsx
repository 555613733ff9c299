/** An object into a file: where, in which form, and whether what is there may be replaced. */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytesText } from '../../objects';
import { type Form, formsOf, ofForm, pathFor } from '../../objectsSaving';
import type { ObjectInfo } from '../../protocol';
import type { DataActions } from './actions';
import { faultText } from '../fault';

interface Wish {
  path: string;
  form: Form;
}

/** Ask where to save an object, and save it; asked again with the reason when it cannot be done. */
export async function showSave(object: ObjectInfo, actions: DataActions): Promise<void> {
  const { trans } = actions;
  const [form] = formsOf(object);
  let wish: Wish = { form, path: pathFor(object.name, form, actions.means.folder()) };
  for (let fault = ''; ;) {
    const answer = await showDialog<Wish>({
      title: trans.__('Save %1', object.name),
      body: new SaveBody(object, wish, fault, trans),
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Save') })],
      focusNodeSelector: 'input[type="text"]'
    });
    if (!answer.button.accept || !answer.value) {
      return;
    }
    wish = answer.value;
    const overwrite = await isThere(wish.path, actions.means.app.serviceManager.contents);
    if (overwrite && !(await mayReplace(wish.path, trans))) {
      fault = '';
      continue;
    }
    try {
      const saved = await actions.ask('objects.save', { name: object.name, ...wish, overwrite });
      Notification.success(trans.__('Saved %1 as %2 (%3).', object.name, wish.path, bytesText(saved.nbytes)));
      return;
    } catch (error) {
      fault = faultText(error, trans);
    }
  }
}

class SaveBody extends ReactWidget {
  constructor(
    private readonly object: ObjectInfo,
    private wish: Wish,
    private readonly fault: string,
    private readonly trans: TranslationBundle
  ) {
    super();
  }

  getValue(): Wish {
    return { ...this.wish, path: this.wish.path.trim() };
  }

  protected override render(): JSX.Element {
    const { object, trans, fault } = this;
    return (
      <SaveForm
        object={object}
        first={this.wish}
        fault={fault}
        trans={trans}
        take={wish => (this.wish = wish)}
      />
    );
  }
}

interface FormProps {
  object: ObjectInfo;
  first: Wish;
  fault: string;
  trans: TranslationBundle;
  take: (wish: Wish) => void;
}

function SaveForm({ object, first, fault, trans, take }: FormProps): JSX.Element {
  const [wish, setWish] = React.useState(first);
  const change = (next: Wish): void => {
    setWish(next);
    take(next);
  };
  const words: Record<Form, string> = {
    hdf5: trans.__('HDF5 (NeXus), with axes and unit'),
    tiff: trans.__('TIFF, one image per slice in a folder'),
    text: trans.__('Text')
  };
  return (
    <div className="jp-DaisySave">
      <fieldset>
        <legend>{trans.__('Form')}</legend>
        {formsOf(object).map(form => (
          <label key={form}>
            <input
              type="radio"
              name="daisy-save-form"
              checked={wish.form === form}
              onChange={() => change({ form, path: ofForm(wish.path, form) })}
            />
            {words[form]}
          </label>
        ))}
      </fieldset>
      <label className="jp-DaisySave-path">
        {trans.__('Path below the served folder')}
        <input
          type="text"
          className="jp-DaisyField"
          required
          pattern=".*\S.*"
          spellCheck={false}
          value={wish.path}
          onChange={event => change({ ...wish, path: event.target.value })}
        />
      </label>
      <p className="jp-DaisySave-fault" role="alert">
        {fault}
      </p>
    </div>
  );
}

async function isThere(path: string, contents: Contents.IManager): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch {
    return false; // the server knows no such file; the kernel looks once more
  }
}

async function mayReplace(path: string, trans: TranslationBundle): Promise<boolean> {
  const answer = await showDialog({
    title: trans.__('Replace what is there?'),
    body: trans.__('%1 is there already. Its contents would be lost.', path),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Replace') })],
    defaultButton: 0
  });
  return answer.button.accept;
}
