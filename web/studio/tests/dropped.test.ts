// Which files are a batch, and which are opened one by one.

import { describe, expect, it } from "vitest";

import { batchOf, filesOf, type Placed } from "../src/projects/dropped";

const file = (path: string, content = ""): Placed => ({
  path, name: path.split("/").at(-1)!, content: new File([content], path.split("/").at(-1)!),
});
const paths = (files: Placed[] | undefined) => files?.map(({ path }) => path);

describe("batchOf", () => {
  it("opens one sound, and projects, by themselves", async () => {
    expect(await batchOf([file("a.wav")])).toBeUndefined();
    expect(await batchOf([file("a.ksd"), file("b.ksd")])).toBeUndefined();
    expect(await batchOf([file("a.wav"), file("b.ksd")])).toBeUndefined();
    expect(await batchOf([file("notes.csv", "time,emotion\n")])).toBeUndefined();
  });

  it("takes several sounds, with what is said", async () => {
    const batch = await batchOf([file("a.wav"), file("a.txt", "Hello"), file("b.mp3")]);
    expect(batch?.list).toBeUndefined();
    expect(paths(batch?.sounds)).toEqual(["a.wav", "b.mp3"]);
    expect(paths(batch?.texts)).toEqual(["a.txt"]);
  });

  it("finds the list among tables", async () => {
    const files = [
      file("take/moods/a.csv", "time,emotion\n0,happy"),
      file("take/lines.csv", "text;sound\nHello;wav/a.wav"),
      file("take/old/lines.json", '[{"sound": "a.wav"}]'),
      file("take/wav/a.wav"),
      file("take/notes.md"),
    ];
    const batch = await batchOf(files);
    expect(batch?.list?.path).toBe("take/lines.csv");
    expect(paths(batch?.sounds)).toEqual(["take/wav/a.wav"]);
    expect(paths(batch?.texts)).toEqual(["take/moods/a.csv", "take/old/lines.json"]);
  });

  it("takes a folder of one sound as a batch, and a list without sounds too, so that the server says what is missing", async () => {
    expect(paths((await batchOf([file("take/a.wav"), file("take/picture.png")]))?.sounds)).toEqual(["take/a.wav"]);
    expect((await batchOf([file("lines.json", '{"version": 1, "lines": [{"sound": "a.wav"}]}')]))?.sounds).toEqual([]);
  });
});

it("reads folders to their end, and passes over hidden files", async () => {
  const leaf = (path: string) => ({
    name: path.split("/").at(-1)!, fullPath: path, isFile: true, isDirectory: false,
    file: (done: (file: File) => void) => done(new File(["x"], path.split("/").at(-1)!)),
  });
  const folder = (path: string, parts: object[][]) => ({
    name: path.split("/").at(-1)!, fullPath: path, isFile: false, isDirectory: true,
    createReader: () => {
      const left = [...parts, []]; // browsers give a hundred at a time, and an empty list at the end
      return { readEntries: (done: (entries: object[]) => void) => done(left.shift() ?? []) };
    },
  });
  const entry = folder("/take", [[leaf("/take/b.wav"), leaf("/take/.DS_Store")], [folder("/take/sub", [[leaf("/take/sub/a.wav")]])]]);
  const data = { items: [{ webkitGetAsEntry: () => entry }], files: [] } as unknown as DataTransfer;
  expect(paths(await filesOf(data))).toEqual(["take/b.wav", "take/sub/a.wav"]);
});
