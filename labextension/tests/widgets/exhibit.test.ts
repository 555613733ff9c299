import { describe, expect, it } from 'vitest';

import { Exhibit } from '../../src/widgets/exhibit';
import type { SharedModel } from '../../src/widgets/host';

type Heard = Record<string, unknown>;

/** A widget's model of a page that was loaded while its kernel went on. */
class Model implements SharedModel {
  readonly state: Record<string, unknown> = { sources: {} };
  readonly sent: Heard[] = [];

  get(name: string): unknown {
    return this.state[name];
  }

  set(name: string, value: unknown): void {
    this.state[name] = value;
    this.listeners.get(`change:${name}`)?.();
  }

  save_changes(): void {
    return;
  }

  send(content: unknown): void {
    this.sent.push(content as Heard);
  }

  on(event: string, listener: (...values: never[]) => void): void {
    this.listeners.set(event, listener);
  }

  off(event: string): void {
    this.listeners.delete(event);
  }

  private readonly listeners = new Map<string, () => void>();
}

describe('a picture that is drawn', () => {
  it('says so once it listens, to be told what changed before', () => {
    const model = new Model();
    const exhibit = new Exhibit(model);
    expect(model.sent).toEqual([{ page: expect.any(String) as string, tell: 'drawn', data: {} }]);
    model.set('sources', { main: { name: 'a', version: null } });
    expect(model.sent[1]).toMatchObject({ method: 'view.open', params: { name: 'a' } });
    exhibit.dispose();
  });
});
