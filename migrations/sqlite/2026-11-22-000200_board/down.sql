DROP TABLE comments;
DROP TABLE post_likes;
DROP TABLE post_images;
DROP TABLE images;
DROP TABLE posts;
