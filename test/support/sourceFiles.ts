/** Every file in `src/`, and of the console, as its syntax tree, so that a comment or a string never counts for code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { projectFiles, root } from './projectFiles.ts';

export interface SourceFile {
  /** Relative to `src/`, or to `console/src/`, with forward slashes. */
  readonly name: string;
  readonly isTest: boolean;
  readonly imports: readonly Import[];
  readonly nodes: readonly SyntaxNode[];
  readonly lineOf: (node: SyntaxNode) => number;
}

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** A node of the syntax tree, as far as the rules look at it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** All of them; and those that are no tests. */
export const sources = sourcesIn('src');
export const shipped = sources.filter((source) => !source.isTest);
export const ofConsole = sourcesIn('console/src');

function sourcesIn(folder: string): SourceFile[] {
  return projectFiles(folder)
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readSource(folder, file.slice(folder.length + 1)));
}

function readSource(folder: string, name: string): SourceFile {
  const text = readFileSync(path.join(root, folder, name), 'utf8');
  const { program, errors } = parseSync(name, text);
  assert.deepEqual(
    errors.map((error) => error.message),
    [],
    `${folder}/${name} cannot be parsed`,
  );
  const nodes: SyntaxNode[] = [];
  collect(program, nodes);
  const lineOf = (node: SyntaxNode) => text.slice(0, node.start).split('\n').length;
  const imports = nodes.flatMap((node) => importOf(node, lineOf(node)) ?? []);
  return { name, isTest: name.endsWith('.test.ts'), imports, nodes, lineOf };
}

function collect(value: unknown, into: SyntaxNode[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (isNode(value)) {
    into.push(value);
    for (const field of Object.values(value)) if (typeof field === 'object') collect(field, into);
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Static, re-exported, dynamic, `import type`, `import('…').Type` and `import x = require('…')`. */
function importOf(node: SyntaxNode, line: number): Import | null {
  const source = node.type === 'TSExternalModuleReference' ? node.expression : node.source;
  if (!isNode(source) || source.type !== 'Literal' || typeof source.value !== 'string') return null;
  const typeOnly = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
  return { specifier: source.value, typeOnly, line };
}

export function declaredName(node: SyntaxNode): unknown {
  const declares = node.type === 'FunctionDeclaration' || node.type === 'VariableDeclarator';
  return declares && isNode(node.id) ? node.id.name : null;
}

/** `f` of a call `f(…)`, and of `globalThis.f(…)`. */
export function calledName(node: SyntaxNode): string | null {
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return null;
  if (typeof node.callee.name === 'string') return node.callee.name;
  return memberName(node.callee)?.match(/^globalThis\.(\w+)$/)?.[1] ?? null;
}

/** `a.b` of a member expression, whether or not it is reached through `globalThis`. */
export function memberName(node: SyntaxNode): string | null {
  if (node.type !== 'MemberExpression' || !isNode(node.object) || !isNode(node.property)) return null;
  const property = node.computed === true ? node.property.value : node.property.name;
  if (typeof node.object.name === 'string') return `${node.object.name}.${property}`;
  const outer = memberName(node.object)?.match(/^globalThis\.(\w+)$/)?.[1];
  return outer === undefined ? null : `${outer}.${property}`;
}
