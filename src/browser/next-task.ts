/** Resolves after what has been posted to this thread so far. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
