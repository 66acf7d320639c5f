"""placeholder until the reader's module lands"""


def code_of_slug(slug):
    return slug.replace("-", ".", 1)


def slug_of(code):
    return code.replace(".", "-")
