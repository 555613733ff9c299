/** Objects for tests. */
import type { ObjectInfo } from '../src/protocol';

export function anObject(name: string, facts: Partial<ObjectInfo> = {}): ObjectInfo {
  return {
    name,
    version: 1,
    kind: 'array',
    axes: [],
    unit: '',
    shape: [2, 3],
    dtype: 'float32',
    nbytes: 24,
    device: 'cpu',
    made_by: '',
    created: 0,
    value: '',
    ...facts
  };
}

export function asMap(...objects: ObjectInfo[]): Map<string, ObjectInfo> {
  return new Map(objects.map(object => [object.name, object]));
}
