import { isRecord, Rejection, shown, type Field, type Kind, type Parts } from './checks.ts';

/** What is read with it: the normal form's keys in their order, each with the field that it comes from. */
export type Shape<T> = { readonly [Key in keyof T]: Field<T[Key]> };

export interface Reader<T> {
  readonly parts: Parts;
  /** `prefix` stands before the fields' names in messages: '' or such as `lines[0].`. */
  read(data: unknown, prefix: string, now: number, into: Record<string, unknown>): T | Rejection;
}

/** A field that the data cannot have, with the value that it always has. */
export const fixed = <T>(value: T): Field<T> => ({
  name: '',
  kind: { cell: 'text', check: () => value },
  absent: value,
});

/** Reads data of one shape: nothing may be missing, and nothing else may be there. */
export function readerOf<T extends object>(shape: Shape<T>): Reader<T> {
  const entries = Object.entries<Field<unknown>>(shape);
  const parts = entries.map(([, field]) => field).filter(({ name }) => name !== '');
  const names = new Set(parts.map(({ name }) => name));
  return {
    parts,
    read(data, prefix, now, into) {
      if (!isRecord(data)) return notAnObject(data, prefix);
      for (const key in data) if (!names.has(key)) return unknownField(key, prefix, names);
      for (const [key, field] of entries) {
        const value = readField(data[field.name], field, prefix, now);
        if (value instanceof Rejection) return value;
        into[key] = value;
      }
      return into as T; // the shape's type says that every key has its value
    },
  };
}

function readField(value: unknown, field: Field<unknown>, prefix: string, now: number): unknown {
  const path = prefix === '' ? field.name : prefix + field.name;
  if (value !== undefined && value !== null) return field.kind.check(value, path, now);
  return field.absent === undefined ? new Rejection('FIELD_MISSING', `${path} is missing`, path) : field.absent;
}

function notAnObject(data: unknown, prefix: string): Rejection {
  const path = prefix.slice(0, -1) || 'data';
  return new Rejection('FIELD_INVALID', `${path} is ${shown(data)}, but must be an object`, path);
}

function unknownField(key: string, prefix: string, known: ReadonlySet<string>): Rejection {
  const fields = [...known].join(', ');
  return new Rejection(
    'FIELD_UNKNOWN',
    `${prefix}${shown(key)} is not a field here: there are ${fields}`,
    prefix + key,
  );
}

/** A list of 1 to `most` objects. */
export function listOf<T>(reader: Reader<T>, most: number, code: string): Kind<readonly T[]> {
  return {
    cell: 'list',
    parts: reader.parts,
    check(value, path, now) {
      if (!Array.isArray(value) || value.length < 1 || value.length > most)
        return new Rejection(code, `${path} must be a list of 1 to ${most}`, path);
      const list: T[] = [];
      for (let i = 0; i < value.length; i++) {
        const entry = reader.read(value[i], `${path}[${i}].`, now, {});
        if (entry instanceof Rejection) return entry;
        list.push(entry);
      }
      return list;
    },
  };
}

/** An object, of which `pick` makes the normal form. */
export function objectOf<T, Picked>(reader: Reader<T>, pick: (read: T) => Picked): Kind<Picked> {
  return {
    cell: 'object',
    parts: reader.parts,
    check(value, path, now) {
      const read = reader.read(value, `${path}.`, now, {});
      return read instanceof Rejection ? read : pick(read);
    },
  };
}
