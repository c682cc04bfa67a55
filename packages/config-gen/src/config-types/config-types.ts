/**
 * The shape of a field in a machine config, as far as reading and merging need it. The names say how Talos
 * merges the field (pkg/machinery/config/merge/merge.go, the same in v1.13.9 and v1.14.1).
 */
export type FieldType =
  /** Replaced by any value but the empty text. */
  | 'string'
  | 'address'
  /** Replaced by any value but zero. */
  | 'number'
  | 'duration'
  /** Not a pointer in Talos: a patch that names the structure but not the field makes it false. */
  | 'bool'
  /** Replaced even by its absence, as soon as a patch names the structure. */
  | 'always'
  /** Replaced as a whole. */
  | 'bytes'
  | 'pair'
  | 'opaque'
  /** Merged part by part: scheme, host, path. */
  | 'url'
  /** Arguments of a component: each name is replaced. */
  | 'args'
  /** Free form, such as an audit policy. */
  | 'any'
  /** A word; the named one stands for zero. */
  | { readonly enum: string }
  /** A scalar that may be set to zero. */
  | { readonly pointer: FieldType }
  | { readonly map: FieldType }
  /** Appended, unless members are told apart by one of the keys: then merged, or replaced. */
  | { readonly list: FieldType; readonly mergeBy?: readonly string[]; readonly replaceBy?: readonly string[] }
  /** Replaced where other fields of its kind would be merged or appended. */
  | { readonly replace: FieldType }
  /** A structure. `value`: Talos merges it even where the patch does not name it. */
  | { readonly ref: string; readonly value?: true }

export type StructType = Readonly<Record<string, FieldType>>

/** The kinds of document that one Talos minor knows, and the structures they are made of. */
export type ConfigTypes = {
  readonly kinds: Readonly<Record<string, { readonly type: FieldType; readonly named?: true }>>
  readonly types: Readonly<Record<string, StructType>>
}

/** The fields of a structure, or undefined for anything else. */
export function structOf(type: FieldType, { types }: ConfigTypes): StructType | undefined {
  return typeof type === 'object' && 'ref' in type ? types[type.ref] : undefined
}
