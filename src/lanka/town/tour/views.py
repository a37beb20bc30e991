from django.http import HttpRequest, HttpResponse


def tour(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


steps = again = tour
