"""A sentence in each script whose captions are tested, and the same as a voice says it."""

from videofactory.domain.footage import Word
from videofactory.media.written_words import written_words

SCRIPTS = {
    "en": "The kettle hums in the kitchen, and the light comes in slowly – 3.5 bars!",
    "de": "Donaudampfschifffahrtsgesellschaft fährt früh; „Grüße“ für 3,50 € an alle!",
    "ar": "مرحبا بالعالم، هذه قهوة iPhone 15 الجديدة (بسعر 3.50$) لكل الناس!",
    "he": "iPhone הוא טלפון חכם, שעולה 1,299 ש״ח בלבד. קנו עכשיו!",
    "fa": "می‌خواهیم ۲۵٪ تخفیف بدهیم؛ آیا شما می‌آیید؟",
    "ja": "「こんにちは」、世界。きょうは、コーヒーをゆっくり飲みましょう。東京タワーへ行って、写真をとった。",
    "zh": "你好，世界！今天天气很好，我们去喝咖啡吧。手机OK吗？《三体》很好看。",  # noqa: RUF001 - Chinese punctuation
    "ko": "안녕하세요, 세계 여러분! 오늘은 커피를 천천히 마셔 봅시다. 서울에서.",
    "th": "สวัสดีครับ วันนี้กาแฟอร่อยมาก น้ำแข็งเย็นๆ กำลังดีที่สุดในเมือง",
    "km": "សួស្តីពិភពលោក កាហ្វេនេះឆ្ងាញ់ណាស់",
    "my": "မင်္ဂလာပါ ကမ္ဘာလောက ကော်ဖီသောက်ကြစို့",
    "hi": "नमस्ते दुनिया, क्षत्रिय और विद्यार्थी स्त्री की प्रार्थना करते हैं।",
    "ta": "வணக்கம் உலகம், காபி மிகவும் நன்றாக இருக்கிறது கொண்டாட்டம்.",
    "xx": "Coffee ☕ time 😀 with family 👩‍👩‍👧 and ❤️ love, 100% 🇩🇪!",
}


def said(text: str, *, rate: float) -> list[Word]:
    """A text said at this many letters a second, in the words that voices give."""
    clock, words = 0.0, []
    for word in written_words(text):
        words.append(Word(text=word.text, start=clock, end=clock + len(word.text) / rate))
        clock += (len(word.text) + 0.3) / rate
    return words
