import ts from 'typescript';

/** An exported declaration that no doc comment says anything of. */
export interface UndocumentedExport {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * The exported declarations of a module of TypeScript or JavaScript that have no doc comment with words in it; tags alone, such as
 * `@type`, are for the compiler. One name may be declared more than once (overloads, a value and its type): a comment at one of
 * them is enough. What is exported from another module is documented there.
 */
export function undocumentedExports(fileName: string, text: string): UndocumentedExport[] {
  const module = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const named = namesExportedApart(module);
  const missing = new Map<string, UndocumentedExport>();
  const documented = new Set<string>();
  for (const statement of module.statements) {
    for (const { node, name } of declarationsOf(statement)) {
      if (!hasExportModifier(statement) && !ts.isExportAssignment(statement) && !named.has(name)) continue;
      if (isDocumented(statement)) documented.add(name);
      const { line } = module.getLineAndCharacterOfPosition(node.getStart(module));
      if (!missing.has(name)) missing.set(name, { name, line: line + 1 });
    }
  }
  return [...missing.values()].filter(({ name }) => !documented.has(name));
}

/** Names that `export { x }` and `export default x` export apart from their declaration. */
function namesExportedApart(module: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of module.statements) {
    if (ts.isExportAssignment(statement) && ts.isIdentifier(statement.expression)) names.add(statement.expression.text);
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier !== undefined) continue;
    const clause = statement.exportClause;
    if (clause === undefined || !ts.isNamedExports(clause)) continue;
    for (const { name, propertyName } of clause.elements) names.add((propertyName ?? name).text);
  }
  return names;
}

/** What a statement declares: a list of variables more than one. */
function declarationsOf(statement: ts.Statement): { readonly node: ts.Node; readonly name: string }[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((node) => ({ node, name: node.name.getText() }));
  }
  if (ts.isExportAssignment(statement)) {
    return ts.isIdentifier(statement.expression) ? [] : [{ node: statement, name: 'default' }];
  }
  const isDeclaration =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isDeclaration ? [{ node: statement, name: statement.name?.text ?? 'default' }] : [];
}

function hasExportModifier(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isDocumented(node: ts.Node): boolean {
  return ts
    .getJSDocCommentsAndTags(node)
    .flatMap((found) => (ts.isJSDoc(found) ? [found, ...(found.tags ?? [])] : [found]))
    .some(({ comment }) => /\w/.test(ts.getTextOfJSDocComment(comment) ?? ''));
}
