/** Hands a text to the browser as a file to keep. @param type of the file, such as `text/csv` */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the time other work is done.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
