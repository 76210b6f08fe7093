/** The one element that a selector finds. A missing one is a mistake in the page's markup. */
export function find<Type extends Element>(
  root: ParentNode,
  selector: string,
  type: abstract new () => Type,
): Type {
  const found = root.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} that matches ${selector}.`);
}

/** A copy of a `<template>`'s only element. */
export function instantiate(id: string): HTMLElement {
  const template = find(document, `template#${id}`, HTMLTemplateElement);
  return document.importNode(find(template.content, '*', HTMLElement), true);
}
