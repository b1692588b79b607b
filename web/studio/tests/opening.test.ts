import { describe, expect, it } from "vitest";

import { listed, openAll, type Given } from "../src/opening";

const file = (name: string): Given => ({ content: new Blob([name]), name });

function server(keep: boolean, bad: string[] = []) {
  const done: string[] = [];
  const step = (what: string) => (name: string) => {
    done.push(`${what} ${name}`);
    return bad.includes(`${what} ${name}`) ? Promise.reject(new Error(`${name} cannot be read as sound`)) : Promise.resolve(name);
  };
  const steps = {
    keep,
    send: ({ name }: Given) => step("send")(name),
    settle: async (id: string) => void (await step("settle")(id)),
    open: async (id: string) => void (await step("open")(id)),
  };
  return { done, steps };
}

describe("files that are given", () => {
  it("are all made projects; the first is opened, and the others are named", async () => {
    const { done, steps } = server(false);
    expect(await openAll(["a.wav", "b.wav", "c.wav"].map(file), steps)).toBe("b.wav and c.wav are ready under All projects.");
    expect(done).toEqual(["send a.wav", "open a.wav", "send b.wav", "settle b.wav", "send c.wav", "settle c.wav"]);
  });

  it("leave what is open alone where they are bad", async () => {
    const { done, steps } = server(true, ["settle a.wav"]);
    expect(await openAll([file("a.wav")], steps)).toBe("a.wav cannot be read as sound.");
    expect(done).not.toContain("open a.wav");
  });

  it("take the place of what is open only when they are ready", async () => {
    const { done, steps } = server(true, ["send a.wav"]);
    expect(await openAll(["a.wav", "b.wav"].map(file), steps)).toBe("a.wav cannot be read as sound.");
    expect(done).toEqual(["send a.wav", "send b.wav", "settle b.wav", "open b.wav"]);
  });

  it("need no words where the only one is open", async () => {
    expect(await openAll([file("a.wav")], server(false).steps)).toBe("");
    expect(listed(["a", "b", "c"])).toBe("a, b and c");
  });
});
