BEGIN TRANSACTION;
CREATE TABLE articles (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article_id TEXT NOT NULL UNIQUE,
            path TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            source TEXT NOT NULL,
            published TEXT,
            author TEXT,
            outlet TEXT,
            about TEXT,
            words INTEGER NOT NULL,
            passages INTEGER NOT NULL,
            added TEXT NOT NULL,
            boilerplate BLOB NOT NULL,
            pages BLOB NOT NULL,
            text TEXT NOT NULL
        );
INSERT INTO "articles" VALUES(1,'f58f7f2ce1a4a9d0','/articles/1.txt','The title of 1','1.txt','2024-02-01',NULL,'Herald',NULL,8,2,'2026-11-29T15:47:13+00:00',X'0000000001000000',X'0000000014000000','1 river bridge mayor. The vote école 1948. ');
INSERT INTO "articles" VALUES(2,'34ec6b812ce15dd8','/articles/2.txt','The title of 2','2.txt','2024-02-01',NULL,'Herald',NULL,8,2,'2026-11-29T15:47:13+00:00',X'0000000001000000',X'0000000014000000','2 river bridge mayor. The vote école 1948. ');
CREATE TABLE changes (
            generation INTEGER PRIMARY KEY,
            stamp TEXT NOT NULL,
            removed BLOB NOT NULL
        );
INSERT INTO "changes" VALUES(0,'b85aefb9bf451c65',X'');
INSERT INTO "changes" VALUES(1,'cd056afc9b3edf8d',X'');
INSERT INTO "changes" VALUES(2,'c4d2a13765e725e3',X'');
INSERT INTO "changes" VALUES(3,'a87f3f3c2794637d',X'');
INSERT INTO "changes" VALUES(4,'3ac9d58bdc784c9d',X'05000000000000000600000000000000');
CREATE TABLE embeddings (
            passage INTEGER PRIMARY KEY REFERENCES passages(id) ON DELETE CASCADE,
            vector BLOB NOT NULL
        );
INSERT INTO "embeddings" VALUES(1,X'61B82B3E6021CC3E9331243E5AE221BF59EFE03E85CD5D3ED56785BEDA60903E');
INSERT INTO "embeddings" VALUES(2,X'190D903EF96F683E4EAFB33CEC04D83EC57E11BF38BD00BE2A7FBEBE479EEC3E');
INSERT INTO "embeddings" VALUES(3,X'1774623D6C8A1CBEBC63F7BD56C736BFD8BB063F7450AB3E7BE6C2BDCAB8673E');
INSERT INTO "embeddings" VALUES(4,X'B4403A3EBE67B7BEE3DD213F73B04DBEC5C959BE222A03BF3CAA963E126783BD');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('identity','{"encoder": "hashed", "fingerprint": "hashed-1", "dimension": 8, "passage_tokens": 200, "overlap_sentences": 1}');
INSERT INTO "meta" VALUES('store_id','63b2b10a316a75e64a6ec22eccbbd434');
CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            sentences BLOB NOT NULL
        );
INSERT INTO "passages" VALUES(1,1,0,21,X'0000000015000000');
INSERT INTO "passages" VALUES(2,1,22,42,X'160000002A000000');
INSERT INTO "passages" VALUES(3,2,0,21,X'0000000015000000');
INSERT INTO "passages" VALUES(4,2,22,42,X'160000002A000000');
CREATE TABLE schema_steps (step INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL);
INSERT INTO "schema_steps" VALUES(1,'create the catalog','2026-11-29T15:47:13+00:00');
CREATE INDEX passages_by_article ON passages(article);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('articles',3);
INSERT INTO "sqlite_sequence" VALUES('passages',6);
COMMIT;
