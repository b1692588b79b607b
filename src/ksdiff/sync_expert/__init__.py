"""Lip sync without pictures: a small network that hears and sees whether a mouth goes with a sound.

`SyncExpert` is this project's own. It does what SyncNet (Chung & Zisserman, *Out of Time*, ACCV 2016 workshops) does
for filmed lips, on the motion channels of mouth and jaw: one stream hears a quarter of a second of sound, one sees
some frames of motion, and both map to one sphere, where what belongs together is near. Its figures are called
``sync_m_*`` (m for motion), are computed with the arithmetic of SyncNet and Wav2Lip, and must not be mixed with
LSE-C and LSE-D (`ksdiff.evaluation.lse`). ``docs/sync.md`` says how well it tells true from false.
"""
