import time, random, re
import pytest
from config import postgres
from tests.budgets import test_killed as t
from tests.budgets.test_killed import folder

def test_hang(folder, tmp_path, monkeypatch):
    orig = postgres.Cluster.stop
    def stop(self):
        s=time.perf_counter(); before=(self.folder/"postgres.log").stat().st_size
        pid=self.process.pid
        orig(self); d=time.perf_counter()-s
        if d>3:
            print("SLOW STOP", d, pid); print((self.folder/"postgres.log").read_text(errors="replace")[before-500:][:10])
    monkeypatch.setattr(postgres.Cluster,"stop",stop)
    m=random.Random(6); end=time.time()+150
    n=0
    while time.time()<end:
        who=m.choice(("backend","backend","server","postmaster"))
        s=time.perf_counter(); n+=1
        a=t.save_until_killed(folder,tmp_path/f"l{n}",who,m.uniform(0,0.4))
        print(n, who, a, flush=True)
        try: t.check(folder,a)
        except AssertionError:
            st=t.look(folder); print([x if i!=4 else [(sch,[ (c["row"],c["cells"].get("outturn")) for c in ch][-3:]) for sch,ch in x] for i,x in enumerate(st)])
            print((tmp_path/f"l{n}").read_text()[-1500:]); raise
        d=time.perf_counter()-s
        if d>5: print(who, d)
    print("kills", n)
