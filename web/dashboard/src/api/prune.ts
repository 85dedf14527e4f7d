import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from "graphql";

import { BREAKDOWN_DIMENSIONS } from "../state/filter";
import { KPIS } from "../state/kpi";
import { elsewhere, OF_ROWS } from "./tells";

/** What a reader may use of all that there is, by the names of fields. */
export interface MayUse {
  readonly kpis: readonly string[];
  readonly dimensions: readonly string[];
}

/** What is sent. */
export interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type Prune = (query: string, variables: Readonly<Record<string, unknown>>) => Asked;

/** What cannot be asked for without naming a KPI, or a dimension. */
const OF_A_KPI = ["breakdown", "drivers", "peaks"];
const OF_A_DIMENSION = ["breakdown", "drivers", "values"];

/** What every view asks for to be told of changes: there has to be something in it. */
const TOLD = "Told";

/**
 * Takes out of documents what the reader may not use: the server refuses a document for
 * whatever it names, wherever that stands.
 *
 * What is taken out is absent from the answer, and optional in its type
 * (`codegen/absent.mjs`). What has nothing left stays as an empty object, so that the answer
 * keeps its shape.
 */
export function pruneTo(may: MayUse): Prune {
  const isForbidden = namesBut(may);
  return (query, variables) => new Pruning(parse(query), variables, may, isForbidden).asked();
}

/** Whether a name is one of what there is and may not be used. */
function namesBut({ kpis, dimensions }: MayUse): (name: string) => boolean {
  const forbidden = new Set<string>([...KPIS, ...BREAKDOWN_DIMENSIONS]);
  for (const name of [...kpis, ...dimensions]) forbidden.delete(name);
  // A schema without any has no name for them either, and nothing that takes one.
  if (kpis.length === 0) for (const name of ["kpi", ...OF_A_KPI]) forbidden.add(name);
  if (dimensions.length === 0) for (const name of ["dimension", ...OF_A_DIMENSION]) forbidden.add(name);
  return (name) => forbidden.has(name);
}

/** One document and its variables. */
class Pruning {
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    { definitions }: DocumentNode,
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly may: MayUse,
    private readonly isForbidden: (name: string) => boolean,
  ) {
    const operation = definitions.find((it) => it.kind === Kind.OPERATION_DEFINITION);
    if (!operation) throw new Error("the document asks for nothing");
    this.#operation = operation;
    const fragments = definitions.filter((it) => it.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((it) => [it.name.value, it]));
  }

  asked(): Asked {
    const operation = { ...this.#operation, selectionSet: this.#selected(this.#operation.selectionSet) };
    const fragments = this.#spreadIn(operation).map((it) => this.#fragment(it));
    const used = new Set([operation, ...fragments].flatMap((it) => variablesIn(it.selectionSet)));
    const definitions = operation.variableDefinitions?.filter((it) => used.has(it.variable.name.value)) ?? [];
    return {
      query: print({
        kind: Kind.DOCUMENT,
        definitions: [{ ...operation, variableDefinitions: definitions }, ...fragments],
      }),
      variables: Object.fromEntries(Object.entries(this.variables).filter(([name]) => used.has(name))),
    };
  }

  /** The fragments that are left to be spread, each once. */
  #spreadIn(operation: OperationDefinitionNode): FragmentDefinitionNode[] {
    const found = new Set<string>();
    const look = (set: SelectionSetNode) => {
      visit(set, {
        FragmentSpread: ({ name }) => {
          const fragment = this.#fragments.get(name.value);
          if (!fragment || found.has(name.value)) return;
          found.add(name.value);
          look(this.#fragment(fragment).selectionSet);
        },
      });
    };
    look(operation.selectionSet);
    return [...this.#fragments.values()].filter((it) => found.has(it.name.value));
  }

  #fragment(fragment: FragmentDefinitionNode): FragmentDefinitionNode {
    const { selections } = this.#selected(fragment.selectionSet);
    const isTold = fragment.name.value === TOLD && selections.every(isTypename);
    const all = isTold && this.may.kpis.length > 0 ? this.may.kpis.map(field) : selections;
    return { ...fragment, selectionSet: { kind: Kind.SELECTION_SET, selections: all } };
  }

  #selected(set: SelectionSetNode, within?: string): SelectionSetNode {
    const selections = set.selections.flatMap((it): readonly SelectionNode[] => {
      if (it.kind === Kind.FIELD) return this.#field(it, within);
      if (it.kind === Kind.FRAGMENT_SPREAD) return [it];
      return [{ ...it, selectionSet: this.#selected(it.selectionSet, within) }];
    });
    return { ...set, selections: selections.length > 0 ? selections : [field("__typename")] };
  }

  /** The field without what may not be used below it, or nothing where it is not to be had itself. */
  #field(node: FieldNode, within: string | undefined): readonly FieldNode[] {
    const name = node.name.value;
    const isOfRow = within !== undefined && OF_ROWS.includes(within);
    const tells = [name, ...elsewhere(isOfRow ? `row.${name}` : name, node.selectionSet !== undefined)];
    if (tells.some(this.isForbidden)) return [];
    const given = node.arguments ?? [];
    const order = name === "breakdown" ? this.#order(node) : undefined;
    const rest = order ? [...given.filter((it) => it.name.value !== "orderBy"), order] : given;
    if (order === null || rest.some((it) => this.#names(it.value).some(this.isForbidden))) return [];
    if (!node.selectionSet) return [node];
    return [{ ...node, arguments: rest, selectionSet: this.#selected(node.selectionSet, name) }];
  }

  /**
   * What rows come first by, where that may not be used and is not the reader's choice: the
   * first KPI that is asked for of them and may be; `null` where there is none.
   */
  #order(node: FieldNode): ArgumentNode | null | undefined {
    const given = node.arguments?.find((it) => it.name.value === "orderBy");
    if (given?.value.kind === Kind.VARIABLE) return undefined;
    const usual = given ? this.#names(given.value) : ["totalSales"];
    if (!usual.some(this.isForbidden)) return undefined;
    const asked = node.selectionSet ? this.#fieldsIn(node.selectionSet).filter(isKpi) : [];
    const kpi = (asked.length > 0 ? asked : this.may.kpis).find((it) => !this.isForbidden(it));
    if (kpi === undefined) return null;
    return {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: "orderBy" },
      value: { kind: Kind.ENUM, value: kpi.replace(/[A-Z]/g, "_$&").toUpperCase() },
    };
  }

  /** The names of all fields below, those of fragments too. */
  #fieldsIn(set: SelectionSetNode): readonly string[] {
    return set.selections.flatMap((it) => {
      if (it.kind === Kind.FIELD) return [it.name.value, ...(it.selectionSet ? this.#fieldsIn(it.selectionSet) : [])];
      const below = it.kind === Kind.INLINE_FRAGMENT ? it : this.#fragments.get(it.name.value);
      return below ? this.#fieldsIn(below.selectionSet) : [];
    });
  }

  /** What a value names: fields of inputs, and values of enums as fields are written. */
  #names(value: ValueNode): readonly string[] {
    switch (value.kind) {
      case Kind.ENUM:
        return [asField(value.value)];
      case Kind.LIST:
        return value.values.flatMap((it) => this.#names(it));
      case Kind.OBJECT:
        return value.fields.flatMap((it) => [it.name.value, ...this.#names(it.value)]);
      case Kind.VARIABLE:
        return this.#namesOfVariable(value.name.value);
      default:
        return [];
    }
  }

  #namesOfVariable(name: string): readonly string[] {
    const definition = this.#operation.variableDefinitions?.find((it) => it.variable.name.value === name);
    if (!definition) return [];
    const value = this.variables[name];
    if (value === undefined) return definition.defaultValue ? this.#names(definition.defaultValue) : [];
    return namesIn(value, /\b(Dimension|KpiName)\b/.test(print(definition.type)));
  }
}

/** What the value of a variable names; texts name something where they are values of an enum. */
function namesIn(value: unknown, isEnum: boolean): readonly string[] {
  if (typeof value === "string") return isEnum ? [asField(value)] : [];
  if (Array.isArray(value)) return value.flatMap((it) => namesIn(it, isEnum));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, it]) => [name, ...namesIn(it, isEnum)]);
}

function variablesIn(set: SelectionSetNode): readonly string[] {
  const found: string[] = [];
  visit(set, { Variable: ({ name }) => void found.push(name.value) });
  return found;
}

function isKpi(name: string): boolean {
  return KPIS.some((it) => it === name);
}

function isTypename(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && node.name.value === "__typename";
}

function field(name: string): FieldNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } };
}

/** `SUB_CATEGORY` is `subCategory`. */
function asField(value: string): string {
  return value.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
