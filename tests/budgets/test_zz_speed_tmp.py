import cProfile,pstats
from django.urls import reverse
from orgs.models import User
from tests.budgets.test_analysis_queries import fill
from tests.world import make_submission, put_in_status, signed_in
def test_speed(seed):
    put_in_status(seed,"superseded"); lin=User.objects.get(username="lin")
    s=make_submission(seed.round,seed.unit,lin,revision=2); fill(s,500)
    b=signed_in(lin)
    for n in ("download_variances","variances"):
        b.get(reverse(n,args=[s.pk]))
        p=cProfile.Profile(); p.enable(); b.get(reverse(n,args=[s.pk])); p.disable()
        pstats.Stats(p).sort_stats("cumtime").print_stats(28)
